// Two maps side by side are rolled together, so that one sees the same place in both. Without this each rolls alone.
"use strict";

for (const pair of document.querySelectorAll(".kv-compare-maps")) {
  const maps = pair.querySelectorAll(".kv-map");
  let leader = null;
  for (const map of maps) {
    for (const sign of ["pointerenter", "focusin", "touchstart"]) {
      map.addEventListener(sign, () => { leader = map; }, { passive: true });
    }
    map.addEventListener("scroll", () => {
      if (leader !== map) return;
      for (const other of maps) {
        if (other !== map) other.scrollTo({ left: map.scrollLeft, top: map.scrollTop, behavior: "instant" });
      }
    }, { passive: true });
  }
}
