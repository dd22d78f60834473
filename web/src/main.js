import "htmx.org";
import { moveFocusToWhatIsNext } from "./focus.js";
import { listenToKeys } from "./keys.js";
import { drawMapsWhenSeen } from "./maps.js";

document.documentElement.classList.add("has-scripts");
listenToKeys();
moveFocusToWhatIsNext();
drawMapsWhenSeen();

if (document.querySelector("[data-gallery] a[data-pswp-width]")) {
  import("./gallery.js").then(({ openPhotosLarge }) => openPhotosLarge());
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
