import { runShare } from './all-stories.ts';

runShare(3);
