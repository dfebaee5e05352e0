/*
 * The look, in properties that a page may set otherwise (`--bobbin-…`) and of which the element's own (`--_…`) are made.
 * The page's `color-scheme` decides between day and night; browsers without `light-dark()` have the system's colors.
 * The build takes the spaces out.
 */
const css = `
:host {
  display: block;
  --_accent: var(--bobbin-accent, #3a4bd8);
  --_on-accent: var(--bobbin-on-accent, #fff);
  --_surface: var(--bobbin-surface, Canvas);
  --_text: var(--bobbin-text, CanvasText);
  --_muted: var(--bobbin-muted, CanvasText);
  --_line: var(--bobbin-line, GrayText);
  --_edge: var(--bobbin-edge, GrayText);
  --_tint: var(--bobbin-tint, Canvas);
  --_danger: var(--bobbin-danger, CanvasText);
  --_good: var(--bobbin-good, CanvasText);
  --_warning: var(--bobbin-warning, CanvasText);
  --_radius: var(--bobbin-radius, 10px);
  color: var(--_text);
  font: 1rem/1.5 var(--bobbin-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
  text-align: start;
}
@supports (color: light-dark(red, red)) {
  :host {
    --_accent: var(--bobbin-accent, light-dark(#3a4bd8, #9aa6ff));
    --_on-accent: var(--bobbin-on-accent, light-dark(#fff, #12153a));
    --_surface: var(--bobbin-surface, light-dark(#fff, #1a1c23));
    --_text: var(--bobbin-text, light-dark(#1b1c22, #ecedf3));
    --_muted: var(--bobbin-muted, light-dark(#5a5d6b, #a7abba));
    --_line: var(--bobbin-line, light-dark(#e2e3ea, #30333f));
    --_edge: var(--bobbin-edge, light-dark(#868998, #767b8d));
    --_tint: var(--bobbin-tint, light-dark(#eef0fd, #262a45));
    --_danger: var(--bobbin-danger, light-dark(#b3202a, #ff9c9c));
    --_good: var(--bobbin-good, light-dark(#157347, #6fd3a0));
    --_warning: var(--bobbin-warning, light-dark(#8a5300, #f0bd6a));
  }
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
p, h2, h3, ul, fieldset { margin: 0; padding: 0; border: 0; }
ul { list-style: none; }
h2 { font-size: 1.25rem; line-height: 1.3; }
h3 { font-size: 1rem; }
bdi { overflow-wrap: anywhere; }
button, input { font: inherit; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
h2:focus, p:focus { outline: none; }
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

/* Not all of the body: its cards would wait for its width before their styles are known. */
.tools { display: grid; gap: 0.75rem; container-type: inline-size; }
.search {
  width: 100%;
  max-width: 30rem;
  min-height: 2.75rem;
  padding: 0.375rem 0.875rem;
  border: 1px solid var(--_edge);
  border-radius: var(--_radius);
  background: var(--_surface);
  color: inherit;
}
.search::placeholder { color: var(--_muted); opacity: 1; }
.categories { display: flex; flex-wrap: wrap; gap: 0.5rem; min-width: 0; }
.category {
  display: flex;
  align-items: center;
  position: relative;
  min-height: 2.25rem;
  padding: 0.125rem 0.875rem;
  border: 1px solid var(--_edge);
  border-radius: 2rem;
  background: var(--_surface);
  font-size: 0.875rem;
  white-space: nowrap;
  cursor: pointer;
}
.category input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: inherit; }
.category:focus-within { outline: 2px solid var(--_accent); outline-offset: 2px; }
.category:not(:has(:focus-visible)) { outline: none; }
.category:hover { border-color: var(--_accent); }
.chosen { border-color: var(--_accent); background: var(--_accent); color: var(--_on-accent); }
.count { margin-block: 1rem 0.5rem; color: var(--_muted); font-size: 0.875rem; }

.list {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr));
  gap: 0.75rem;
}
.card {
  display: flex;
  flex-direction: column;
  gap: 0.75rem;
  position: relative;
  padding: 1rem;
  padding-inline-start: 4.5rem;
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  background: var(--_surface);
}
.card:hover { border-color: var(--_edge); }
.card > .button { position: relative; align-self: start; margin-block-start: auto; }
/* Out of the way, so that the rest is one column: the cheapest there is to lay out, in each of many cards. */
.card > .logo, .skeleton::before { position: absolute; inset-block-start: 1rem; inset-inline-start: 1rem; }
.logo {
  display: grid;
  place-items: center;
  width: 2.75rem;
  height: 2.75rem;
  overflow: hidden;
  border: 1px solid var(--_line);
  border-radius: calc(var(--_radius) * 0.8);
  background: #fff;
  color: #2c3ab4;
  font-weight: 600;
}
.logo img { width: 2rem; height: 2rem; object-fit: contain; }
.card-text { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; align-items: baseline; min-width: 0; }
.card-text > p { flex: 1 0 100%; min-width: 0; }
.name { padding: 0; border: 0; background: none; color: inherit; font-weight: 600; text-align: start; cursor: pointer; }
/* A click anywhere on the card. */
.name::after { content: ''; position: absolute; inset: 0; border-radius: var(--_radius); }
.name:focus-visible { outline: none; }
.name:focus-visible::after { outline: 2px solid var(--_accent); outline-offset: 2px; }
.stage {
  padding: 0 0.5rem;
  border-radius: 1rem;
  background: var(--_tint);
  font-size: 0.75rem;
}
.description, .facts, .status, .fault { font-size: 0.875rem; }
.description, .facts { color: var(--_muted); }
.description {
  display: -webkit-box;
  overflow: hidden;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}
.status { display: flex; gap: 0.5rem; }
.status::before {
  content: '';
  flex: none;
  width: 0.625rem;
  height: 0.625rem;
  margin-block-start: 0.375rem;
  border: 2px solid;
  border-radius: 50%;
  forced-color-adjust: none;
}
.connected { color: var(--_good); }
.connected::before { background: currentcolor; }
.unfinished, .ending { color: var(--_warning); }
.checking { color: var(--_muted); }
.problem, .fault { color: var(--_danger); }
.problem::before { border: 0; border-radius: 0; background: currentcolor; clip-path: polygon(50% 0, 100% 100%, 0 100%); }

.button {
  min-height: 2.25rem;
  padding: 0.25rem 1rem;
  border: 1px solid var(--_edge);
  border-radius: var(--_radius);
  background: var(--_surface);
  color: var(--_text);
  font-size: 0.9375rem;
  font-weight: 600;
  cursor: pointer;
}
.button:hover { border-color: var(--_accent); background: var(--_tint); }
.primary { border-color: var(--_accent); background: var(--_accent); color: var(--_on-accent); }
.primary:hover { background: var(--_accent); text-decoration: underline; }
.danger { border-color: var(--_danger); color: var(--_danger); }
[data-busy], [data-busy]:hover { border: 1px dashed var(--_accent); background: var(--_surface); color: var(--_text); }
[aria-disabled='true'] { border-style: dashed; color: var(--_muted); cursor: default; }
.more { display: block; margin: 1rem auto 0; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; }

.state:not(:empty) { display: grid; gap: 0.5rem; justify-items: center; padding-block: 2.5rem; text-align: center; }
.state .title { font-size: 1.125rem; font-weight: 600; }
/* Sentences end where their own language does. */
.state > p { unicode-bidi: plaintext; max-width: 100%; color: var(--_muted); }
.state > .title { color: inherit; }
.state > .actions { justify-content: center; margin-block-start: 0.5rem; }
/* Most lists come before anything has to be shown in their place. */
.waiting { width: 100%; animation: appear 0s 0.3s both; }
.skeleton { height: 8.5rem; }
.skeleton::before { content: ''; height: 2.75rem; width: 2.75rem; border-radius: var(--_radius); background: var(--_tint); }
.skeleton::after {
  content: '';
  height: 4rem;
  background:
    linear-gradient(var(--_tint) 0 0) 0 0.25rem / 60% 0.75rem,
    linear-gradient(var(--_tint) 0 0) 0 1.75rem / 100% 0.75rem,
    linear-gradient(var(--_tint) 0 0) 0 3.25rem / 100% 0.75rem;
  background-repeat: no-repeat;
}
@media (prefers-reduced-motion: no-preference) {
  .skeleton { animation: breathe 1.6s ease-in-out infinite alternate; }
  @keyframes breathe { to { opacity: 0.5; } }
}

dialog {
  width: min(36rem, 100vw - 1.5rem);
  max-width: none;
  max-height: calc(100vh - 1.5rem);
  padding: 0;
  border: 1px solid var(--_line);
  border-radius: calc(var(--_radius) * 1.4);
  background: var(--_surface);
  color: var(--_text);
  overscroll-behavior: contain;
}
.question { width: min(28rem, 100vw - 1.5rem); }
::backdrop { background: #0b0c1499; }
.panel { display: grid; gap: 1rem; justify-items: start; padding: clamp(1rem, 5vw, 1.5rem); }
.panel > * { max-width: 100%; }
.details-header { display: grid; grid-template-columns: auto 1fr auto; gap: 0.75rem; align-items: start; width: 100%; }
.details-name { flex: 1 0 100%; }
.about { white-space: pre-line; }
.connections { display: grid; gap: 0.5rem; width: 100%; }
.connection {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem;
  align-items: center;
  padding-block: 0.75rem;
  border-block-start: 1px solid var(--_line);
}
.connection > .card-text { flex: 1 1 12rem; }
@media (pointer: coarse) { .button, .category { min-height: 2.75rem; } }
@container (max-width: 36rem) {
  /* One line that a thumb moves, for what would take half of a phone. */
  .categories { flex-wrap: nowrap; margin: -0.25rem; padding: 0.25rem; overflow-x: auto; scrollbar-width: none; }
  .category { flex: none; }
}
@media (forced-colors: active) {
  .chosen, .primary:not([data-busy]) { border-color: Highlight; background: Highlight; color: HighlightText; forced-color-adjust: none; }
  .status::before { color: CanvasText; }
  .skeleton::before, .skeleton::after { --_tint: GrayText; forced-color-adjust: none; }
}
`

let shared: CSSStyleSheet | undefined

/**
 * Without inline styles, which a page's Content-Security-Policy may refuse: by a sheet that is made of script. Where there
 * are none, or the root is another document's, by an element with the page's nonce.
 */
export function applyStyles(root: ShadowRoot, nonce: string): void {
  try {
    if (!shared) {
      shared = new CSSStyleSheet()
      shared.replaceSync(css)
    }
    root.adoptedStyleSheets = [shared]
  } catch {
    const style = document.createElement('style')
    style.nonce = nonce
    style.textContent = css
    root.prepend(style)
  }
}
