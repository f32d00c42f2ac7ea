import { defineConfig } from "vite";

// One script and one style sheet for each page that has any, beside the other static files of the server.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../tongzhou/server/static/bundle",
    emptyOutDir: true,
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      input: { console: "src/console.js", neighbours: "src/neighbours.js" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
