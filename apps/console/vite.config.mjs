import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, 'src', 'page'),
  plugins: [react()],
  logLevel: 'warn',
  build: { outDir: join(import.meta.dirname, 'dist', 'page'), emptyOutDir: true, target: 'es2024' },
});
