// A process that claims a slot when it is told to, and gives it back when its parent hangs up.
import { openWorkplace } from '../../src/jobs/workplace.ts';

process.once('message', async () => {
  const workplace = await openWorkplace(process.argv[2] ?? '');
  process.once('disconnect', () => void workplace.remove());
  process.send?.(workplace.directory);
});
process.send?.('ready');
