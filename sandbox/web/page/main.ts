import { render } from "lit";
import "./styles/page.css";
import { readAddress, writeAddress } from "./address.js";
import { createChoiceAsker } from "./composer/composer.js";
import { createLive } from "./live.js";
import { createPage } from "./state/page.js";
import { firstState } from "./state/page-state.js";
import { applyTheme } from "./theme.js";
import { pageView } from "./views/page-view.js";

/** Relative times ("in 5 minutes") move on by themselves. In milliseconds. */
const clockEvery = 5000;

applyTheme();
const root = document.querySelector<HTMLElement>("#page");
if (root === null) throw new Error("the page has no root element");
const page = createPage(firstState(readAddress()), (drawn) => {
  if (drawn.state.guild !== undefined) writeAddress(drawn.state);
  render(pageView(drawn, actions), root);
});
const live = createLive(page);
const actions = { follow: live.follow, askForChoices: createChoiceAsker(page) };
live.follow();
setInterval(() => page.update((state) => state), clockEvery);
