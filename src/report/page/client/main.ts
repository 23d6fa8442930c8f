import { unpackTrend } from '../pack.ts';
import { bytesOf } from '../printable.ts';
import { startApp } from './app.ts';
import { element } from './element.ts';

const target = document.querySelector('main');
const data = document.querySelector('#data');
if (target !== null && data !== null) void start(target, data);

async function start(target: HTMLElement, data: Element): Promise<void> {
  try {
    const trend = unpackTrend(await inflated(bytesOf(data.textContent ?? '')));
    startApp(target, trend);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    target.replaceChildren(
      element(
        'p',
        { role: 'alert' },
        `This page could not be shown: ${reason}. It needs a browser of 2023 or later.`,
      ),
    );
  }
  performance.mark('tare-ready');
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
