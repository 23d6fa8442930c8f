import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

test('GitHub is asked through the proxy that the environment names', async () => {
  const api = new URL(world.api.url);
  const tunnels: string[] = [];
  // A name that nobody but the proxy can resolve; addresses of this machine are never asked through a proxy.
  const proxy = createServer().on('connect', (request, client, head) => {
    tunnels.push(request.url ?? '');
    const server = connect(Number(api.port), api.hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const socket of [server, client])
      socket.on('error', () => [server, client].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = proxy.address() as AddressInfo;
    const { number, run } = await world.openPullRequest(table(65_536), {
      environment: {
        GITHUB_API_URL: `http://api.widget.test:${api.port}`,
        http_proxy: `http://127.0.0.1:${port}`,
        no_proxy: '127.0.0.1,localhost',
      },
    });
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.messages('warning')).toEqual([]);
    expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
    expect(new Set(tunnels)).toEqual(new Set([`api.widget.test:${api.port}`]));
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});
