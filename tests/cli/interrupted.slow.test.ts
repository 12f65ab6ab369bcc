import { endsRehearsals, moments } from './interruptions.ts';
import { signalGroup } from './rollback.ts';

endsRehearsals('Ctrl-C', moments, (pid) => signalGroup(pid, 'SIGINT'));
endsRehearsals('SIGTERM to the process alone', moments, (pid) => void process.kill(pid, 'SIGTERM'));
