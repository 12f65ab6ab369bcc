import { describe } from 'vitest';
import { agreeOnSlips } from './slips.ts';

describe('editor and check agree', () => agreeOnSlips());
