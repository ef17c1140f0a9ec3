// Puts right what Gradio's chat says of itself to those who do not see it. Its parts come and go, so
// it is done anew whenever the chat changes. A function of the names: Gradio's own → the page's.
(names) => {
  const chat = document.querySelector("#chat");
  const mend = () => {
    // A list may not hold buttons.
    for (const examples of chat.querySelectorAll('.examples[role="list"]'))
      examples.setAttribute("role", "group");
    for (const attribute of ["aria-label", "title"])
      for (const [theirs, ours] of Object.entries(names))
        for (const part of chat.querySelectorAll(`[${attribute}="${theirs}"]`))
          part.setAttribute(attribute, ours);
    for (const part of chat.querySelectorAll(".sr-only"))
      if (names[part.textContent]) part.firstChild.data = names[part.textContent];
  };
  new MutationObserver(mend).observe(chat, { childList: true, subtree: true });
  mend();
}
