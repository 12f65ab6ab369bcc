import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium as playwright } from 'playwright-core';
import packageFile from '../../package.json' with { type: 'json' };

const cache = join(import.meta.dirname, '../../node_modules/.cache');
const folder = join(cache, `chromium-${packageFile.devDependencies['@sparticuz/chromium']}`);

/** The npm package has a Chromium for Linux on x64 only. Elsewhere CHROMIUM names the program, or these tests are skipped. */
export const hasChromium: boolean =
  process.env['CHROMIUM'] !== undefined || (process.platform === 'linux' && process.arch === 'x64');

/** The package's own arguments are for Lambda: there the browser is one process, which ends with its first page. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];

/** Opens a real Chromium, without a window. The first call on a machine unpacks it: some five seconds of processor time. */
export async function openBrowser(): Promise<Browser> {
  const { default: packed } = await import('@sparticuz/chromium');
  const named = process.env['CHROMIUM'];
  if (named === undefined) await unpack(packed.executablePath);
  return playwright.launch({ executablePath: named ?? join(folder, 'chromium'), args, headless: true });
}

/** Unpacks into a folder of its own, which gets its name at the end: two runs at once do not meet half a program. */
async function unpack(into: () => Promise<string>): Promise<void> {
  if (existsSync(join(folder, 'chromium'))) return;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'unpacking-'));
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = fresh; // the package unpacks into the folder for temporary files
  try {
    await into();
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(join(folder, 'chromium'))) throw error;
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}
