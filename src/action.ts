import { main } from './github/main.ts';

process.exitCode = await main(process);
