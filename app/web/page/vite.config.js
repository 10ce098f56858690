// Builds src/ into dist/: relative addresses, so that the page may lie in any
// folder of a server, and names without hashes, so that a build of the same
// source is the same bytes. The licences of what is built in stand beside it.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const three = new URL('./node_modules/three/', import.meta.url);
const text = (path) => readFileSync(new URL(path, three), 'utf8');

/** Writes the licences of three and of the decoder that comes with it. */
const licences = {
  name: 'licences',
  generateBundle() {
    const decoder = text('examples/jsm/libs/meshopt_decoder.module.js').split('\n').filter((l) => /^\/\/ (This file|Copyright|.*[Ll]icense)/.test(l)).map((l) => l.slice(3));
    if (decoder.length === 0) throw new Error('the decoder names no licence any more; look what it has');
    const source = ['three.js', text('LICENSE').trim(), 'meshopt_decoder', decoder.join('\n') + ' Its terms are those above.'].join('\n\n') + '\n';
    this.emitFile({ type: 'asset', fileName: 'assets/LICENSES.txt', source });
  },
};

export default defineConfig({
  plugins: [licences],
  root: 'src',
  base: './',
  publicDir: false,
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 8192,
    chunkSizeWarningLimit: 800, // kB: nearly all of it is three
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
});
