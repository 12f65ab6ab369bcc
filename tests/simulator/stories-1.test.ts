import { runShare } from './all-stories.ts';

runShare(1);
