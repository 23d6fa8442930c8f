import { serveCacheCall } from './store/cache-worker.ts';

serveCacheCall();
