import PhotoSwipeLightbox from "photoswipe/lightbox";
import "photoswipe/style.css";

// The words are the page's, in the reader's language.
export function openPhotosLarge() {
  const gallery = document.querySelector("[data-gallery]");
  const words = JSON.parse(gallery.dataset.words);
  const lightbox = new PhotoSwipeLightbox({
    gallery,
    children: "a[data-pswp-width]",
    pswpModule: () => import("photoswipe"),
    bgOpacity: 1,
    // At once: while an opening movement runs, Escape does nothing.
    showHideAnimationType: "none",
    padding: { top: 56, bottom: 24, left: 0, right: 0 },
    closeTitle: words.close,
    zoomTitle: words.zoom,
    arrowPrevTitle: words.previous,
    arrowNextTitle: words.next,
    errorMsg: words.failed,
  });
  lightbox.init();
}
