import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { mendWebForms } from "./webforms.js";

// The icons that the templates may name; each becomes a <symbol> of one file that browsers keep.
const ICONS = [
  "arrow-left", "arrow-return-left", "arrow-right", "bar-chart", "box-arrow-right",
  "calendar-check", "calendar3", "check-circle-fill", "chevron-right", "clipboard-check", "clock",
  "clock-history", "dash-circle", "diagram-3", "download", "exclamation-triangle-fill", "file-earmark-text",
  "folder2-open", "funnel", "gear", "geo-alt", "house-door", "image", "inbox", "info-circle",
  "keyboard", "lock", "map", "paperclip", "pencil-square", "people", "person-badge",
  "person-circle", "phone", "plus-lg", "printer", "qr-code", "search", "shield-exclamation",
  "slash-circle", "three-dots", "translate", "x-lg",
];

function iconSprite() {
  const symbol = (name) => {
    const file = new URL(`node_modules/bootstrap-icons/icons/${name}.svg`, import.meta.url);
    const svg = readFileSync(file, "utf8");
    const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).trim();
    return `<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`;
  };
  return {
    name: "icon-sprite",
    buildStart() {
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${ICONS.map(symbol).join("")}</svg>`,
      });
    },
  };
}

export default defineConfig({
  base: "/static/dist/",
  build: {
    outDir: "../server/static/dist",
    emptyOutDir: true,
    // Templates ask for a file by its name here and get the hashed one.
    manifest: "manifest.json",
    target: "es2022",
    // The policy of the pages allows no data: URL for a font or worker.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: ["src/main.js", "src/fill.js", "src/style.scss"] },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["import"] } } },
  plugins: [iconSprite(), mendWebForms()],
});
