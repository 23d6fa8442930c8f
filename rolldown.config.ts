import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { action: 'src/action.ts', cli: 'src/cli.ts', 'cache-worker': 'src/cache-worker.ts' },
  platform: 'node',
  plugins: [
    {
      // undici carries its HTTP parser twice and falls back to the one without SIMD; every Node that runs dist/ has SIMD.
      name: 'one-http-parser',
      resolveId: {
        filter: { id: /llhttp-wasm\.js$/ },
        handler(source, importer) {
          return this.resolve(source.replace('llhttp-wasm', 'llhttp_simd-wasm'), importer, {
            skipSelf: true,
          });
        },
      },
    },
  ],
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    chunkFileNames: 'chunks/[name].js',
    minify: true,
  },
});
