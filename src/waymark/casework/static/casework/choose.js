// Narrows a long list of links while one types. Without it the whole list is there.
for (const box of document.querySelectorAll("[data-filter]")) {
  const list = document.getElementById(box.dataset.filter);
  const input = box.querySelector("input");
  const status = box.querySelector("[data-filter-status]");
  const items = [...list.querySelectorAll("[data-filter-item]")];
  const folds = [...list.querySelectorAll("details")];

  const narrow = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of list.querySelectorAll("[data-filter-group]")) {
      group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
    }
    for (const fold of folds) {
      fold.open = words.length > 0;
    }
    const found = items.filter((item) => !item.hidden).length;
    status.textContent = words.length === 0 ? "" : found === 1 ? "1 found" : `${found} found`;
  };

  input.addEventListener("input", narrow);
  box.hidden = false;
}
