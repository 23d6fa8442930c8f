import { concealSecrets } from './process/conceal.ts';
import { serveCacheCall } from './store/cache-worker.ts';

concealSecrets(process);
serveCacheCall();
