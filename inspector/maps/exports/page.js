(() => {
  const find = document.getElementById("find"), found = document.getElementById("found");
  const menu = document.getElementById("menu");
  const articles = [...document.querySelectorAll("article")];
  const links = new Map([...document.querySelectorAll("nav li a")].map(a => [a.hash.slice(1), a]));
  const lists = document.querySelectorAll("table.list, nav details");
  let texts = null, timer = 0;
  const filter = () => {
    texts ??= articles.map(article => article.textContent.toLowerCase());
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    articles.forEach((article, i) => {
      const shown = words.every(word => texts[i].includes(word));
      article.hidden = !shown;
      const link = links.get(article.id);
      if (link) link.parentElement.hidden = !shown;
      count += shown;
    });
    document.querySelectorAll("table.list tbody tr[data-for]").forEach(row => {
      row.hidden = document.getElementById(row.dataset.for).hidden;
    });
    if (words.length) document.querySelectorAll("nav details").forEach(part => { part.open = true; });
    found.textContent = words.length ? count + " of " + articles.length : "";
  };
  find.hidden = found.hidden = false;
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 120); });
  find.addEventListener("keydown", event => {
    if (event.key === "Escape") { find.value = ""; filter(); }
    const first = articles.find(article => !article.hidden);
    if (event.key === "Enter" && first) location.hash = first.id;
  });
  addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== find) { event.preventDefault(); find.focus(); }
  });
  document.querySelector("nav").addEventListener("click", event => {
    if (event.target.closest("a")) menu.checked = false;
  });
  let here = null;
  const watch = new IntersectionObserver(entries => {
    const seen = entries.filter(entry => entry.isIntersecting).pop();
    const link = seen && links.get(seen.target.id);
    if (!link || link === here) return;
    here?.classList.remove("here");
    here = link;
    here.classList.add("here");
  }, { rootMargin: "-10% 0px -75% 0px" });
  articles.forEach(article => watch.observe(article));
})();
