import { objectArn, type S3Action, versionIdOf } from '../action.ts';
import { bypasses, checkUnlocked, parseRetention } from '../retention.ts';
import { bucketNamed, versionOf } from '../state.ts';

/** Sets the retention of a version. A longer one is always allowed; a shorter or weaker one only if the lock gives way. */
export const PutObjectRetention: S3Action = {
  needs: (request) => [
    { action: 's3:PutObjectRetention', resource: objectArn(request) },
    ...(bypasses(request) ? [{ action: 's3:BypassGovernanceRetention', resource: objectArn(request) }] : []),
  ],

  run: (state, request) => {
    const version = versionOf(bucketNamed(state, request.bucket), request.key, versionIdOf(request));
    const text = request.body.toString('utf8');
    const retention = parseRetention(field(text, 'Mode'), field(text, 'RetainUntilDate'));
    const { retention: before } = version;
    const weaker = before && (retention.until < before.until || retention.mode !== before.mode);
    const stronger =
      before?.mode === 'GOVERNANCE' && retention.mode === 'COMPLIANCE' && retention.until >= before.until;
    if (weaker && !stronger) checkUnlocked(version, request, state.surroundings.clock.now());
    version.retention = retention;
    return { status: 200, headers: {}, body: '' };
  },
};

const field = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
