/**
 * The page's only script. Without it the page loses four comforts and no content: buttons that copy a command, the age of
 * the page, the remark that an old page asks for what was to do then, and open details on paper.
 */
export const script = `(() => {
  const words = (ms) => {
    const m = Math.floor(ms / 60000);
    return m < 60 ? m + ' min' : m < 1440 ? Math.floor(m / 60) + ' h ' + (m % 60) + ' min' : (m < 2880 ? '1 day' : Math.floor(m / 1440) + ' days');
  };
  const age = document.querySelector('[data-written]');
  const tell = () => {
    const old = Date.now() - Date.parse(age.dataset.written);
    if (old >= 60000) age.lastElementChild.textContent = ' That was ' + words(old) + ' ago.';
    const remark = document.querySelector('[data-old-after]');
    if (remark) remark.hidden = old < Number(remark.dataset.oldAfter);
  };
  if (age) { tell(); setInterval(tell, 30000); }
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const text = button.parentElement.querySelector('pre');
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(text);
        button.textContent = 'Selected: copy it';
      }
    });
  }
  addEventListener('beforeprint', () => { for (const one of document.querySelectorAll('details')) one.open = true; });
})();
`;
