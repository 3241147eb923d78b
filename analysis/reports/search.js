// Finds pages of this site by name, from the list in search-index.js; without scripts the index page does the same.
(() => {
  const place = document.getElementById("search");
  const pages = window.minerPages || [];
  if (!place || !pages.length) return;
  const root = place.dataset.root;
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Find a page";
  box.setAttribute("aria-label", "Find an architecture, competition, task type or year");
  box.setAttribute("autocomplete", "off");
  const list = document.createElement("ul");
  list.hidden = true;
  place.append(box, list);
  const score = (page, words) => {
    const name = page[0].toLowerCase();
    let total = 0;
    for (const word of words) {
      if (name === word) total += 9;
      else if (name.startsWith(word)) total += 5;
      else if (name.includes(word)) total += 3;
      else if (page[3].includes(word)) total += 1;
      else return 0;
    }
    return total;
  };
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? pages.map((page) => [score(page, words), page]).filter((one) => one[0]) : [];
    found.sort((a, b) => b[0] - a[0] || a[1][0].length - b[1][0].length || (a[1][0] < b[1][0] ? -1 : 1));
    list.replaceChildren(...found.slice(0, 12).map(([, page]) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      const kind = document.createElement("small");
      link.href = root + page[2];
      link.textContent = page[0];
      kind.textContent = page[1];
      line.append(link, kind);
      return line;
    }));
    if (words.length && !found.length) {
      const line = document.createElement("li");
      line.textContent = "nothing of that name";
      list.append(line);
    }
    list.hidden = !words.length;
  });
  box.addEventListener("keydown", (event) => {
    const first = list.querySelector("a");
    if (event.key === "Enter" && first) location.href = first.href;
    if (event.key === "Escape") { box.value = ""; list.hidden = true; }
  });
  document.addEventListener("click", (event) => { if (!place.contains(event.target)) list.hidden = true; });
})();
