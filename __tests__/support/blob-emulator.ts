import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import {
  BlobSASPermissions,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';

/** Azurite in a process of its own, holding everything in memory. */
export interface BlobEmulator {
  /** An address that permits writing (`w`) or reading (`r`) the blob for an hour, or that has run out. */
  address(blob: string, permission: 'r' | 'w', expired?: boolean): string;
  read(blob: string): Promise<Buffer>;
  write(blob: string, content: Buffer): Promise<void>;
  close(): Promise<void>;
}

const CONTAINER = 'cache';
const HOUR = 60 * 60 * 1000;
/** Ends the emulator with the process that holds its standard input, however that one ends. */
const WITH_ITS_PARENT =
  "data:text/javascript,process.stdin.on('end', () => process.exit()).on('error', () => process.exit()).resume()";

export async function startBlobEmulator(): Promise<BlobEmulator> {
  const account = 'tare';
  const key = randomBytes(32).toString('base64');
  const azurite = await startAzurite(account, key);
  const credential = new StorageSharedKeyCredential(account, key);
  const container = new BlobServiceClient(`${azurite.origin}/${account}`, credential).getContainerClient(
    CONTAINER,
  );
  await container.create();
  return {
    address: (blob, permission, expired = false) => {
      const expiresOn = new Date(Date.now() + (expired ? -HOUR : HOUR));
      const permissions = BlobSASPermissions.parse(permission === 'w' ? 'cw' : 'r');
      const options = { containerName: CONTAINER, blobName: blob, permissions, expiresOn };
      return `${container.getBlobClient(blob).url}?${generateBlobSASQueryParameters(options, credential)}`;
    },
    read: (blob) => container.getBlobClient(blob).downloadToBuffer(),
    write: async (blob, content) => {
      await container.getBlockBlobClient(blob).uploadData(content);
    },
    close: azurite.close,
  };
}

async function startAzurite(
  account: string,
  key: string,
): Promise<{ readonly origin: string; readonly close: () => Promise<void> }> {
  const script = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const flags = [
    ...['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent'],
    ...['--blobHost', '127.0.0.1', '--blobPort', '0'],
  ];
  const child = spawn(process.execPath, ['--import', WITH_ITS_PARENT, script, ...flags], {
    env: { ...process.env, NODE_OPTIONS: '', AZURITE_ACCOUNTS: `${account}:${key}` },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /successfully listens on (http:\S+)/.exec(line)?.[1];
    if (origin === undefined) continue;
    child.stdout.resume();
    return { origin, close };
  }
  throw new Error('azurite-blob ended before it listened');
}
