import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // One file of styles and one of code: nothing is asked for later, so that a
  // page that has come works on without a network.
  build: { cssCodeSplit: false, chunkSizeWarningLimit: 1_000 },
});
