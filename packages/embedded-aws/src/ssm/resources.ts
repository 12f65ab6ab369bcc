import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Ssm } from './ssm.ts';

/** Makes the documents of a template. */
export const ssmResources = (ssm: Ssm): Record<string, ResourceMaker> => ({
  'AWS::SSM::Document': ({ stack, logicalId, properties }) => {
    const { Name, Content, DocumentType } = propertiesAs(document, properties);
    const name = Name ?? physicalName(stack, logicalId);
    ssm.createDocument({ name, content: Content, documentType: DocumentType });
    return { ref: name };
  },
});

const document = z.strictObject({
  Content: z.union([z.string(), z.record(z.string(), z.unknown())]),
  DocumentFormat: z.literal('JSON').optional(),
  DocumentType: z.literal('Command'),
  Name: z.string().optional(),
  Tags: z.unknown().optional(),
  TargetType: z.string().optional(),
  UpdateMethod: z.enum(['NewVersion', 'Replace']).optional(),
});
