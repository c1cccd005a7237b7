// Narrows a long list of links while one types: by their text, their group, and everyday words for them (data-words).
// Without it the whole list is there, and it is there too when nothing is found.
for (const box of document.querySelectorAll("[data-filter]")) {
  const list = document.getElementById(box.dataset.filter);
  const input = box.querySelector("input");
  const status = box.querySelector("[data-filter-status]");
  const items = [...list.querySelectorAll("[data-filter-item]")];
  const folds = [...list.querySelectorAll("details")];

  const wordsOf = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const wordsOfItem = new Map(items.map((item) => [item, wordsOf(`${item.textContent} ${item.dataset.words ?? ""}`)]));
  const hasShown = (part) => part.querySelector("[data-filter-item]:not([hidden])") !== null;

  const said = (words, found) => {
    if (words.length === 0) {
      return "";
    }
    return found === 0 ? "Nothing found. Try another word, or see all below." : `${found} found`;
  };

  const narrow = () => {
    const words = wordsOf(input.value);
    const begins = (word) => (other) => other.startsWith(word);
    const found = items.filter((item) => words.every((word) => wordsOfItem.get(item).some(begins(word))));
    const shown = new Set(found.length > 0 ? found : items);
    for (const item of items) {
      item.hidden = !shown.has(item);
    }
    for (const part of list.querySelectorAll("[data-filter-group]")) {
      part.hidden = !hasShown(part);
    }
    for (const fold of folds) {
      fold.hidden = !hasShown(fold);
      fold.open = words.length > 0;
    }
    status.textContent = said(words, found.length);
  };

  input.addEventListener("input", narrow);
  box.hidden = false;
}
