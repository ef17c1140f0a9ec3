// Follows what is being done to the store, and keeps a hand from sending twice or too much.
const work = document.querySelector("[data-progress]");

async function follow() {
  const answer = await fetch(work.dataset.progress).catch(() => null);
  const now = answer && answer.ok ? await answer.json() : null;
  if (now && now.is_over) return location.replace("documents");
  if (now && now.total) {
    const bar = work.querySelector("progress");
    bar.max = now.total;
    bar.value = now.done;
    const count = work.querySelector(".count");
    count.textContent = count.dataset.words.replace("{done}", now.done).replace("{total}", now.total);
  }
  setTimeout(follow, 1000);
}

if (work && work.dataset.over === "no") setTimeout(follow, 500);

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (form.dataset.most && size > Number(form.dataset.most) * 1e6) {
      event.preventDefault();
      alert(form.dataset.tooLarge);
    } else if (form.dataset.sure && !confirm(form.dataset.sure)) {
      event.preventDefault();
    } else if (form.dataset.busy && event.submitter) {
      // Disabled at once it would not be sent with the form.
      setTimeout(() => {
        event.submitter.disabled = true;
        event.submitter.textContent = form.dataset.busy;
      });
    }
  });
}
