import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_ENVIRONMENTS, withSandboxFiles } from "../../sandbox/demo/demo-environments.js";
import { createPageActions } from "../../sandbox/demo/page-actions.js";
import { appFiles } from "../../sandbox/host/app-files.js";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { launchBrowser } from "../../sandbox/web/launch-browser.js";
import { startWeb, type Web } from "../../sandbox/web/start-web.js";
import { startSandbox } from "./start-sandbox.js";
import { approve, deploy, messageSaying, runs, validatedOn } from "./support.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];

describe("the sandbox page", () => {
  let sandbox: Sandbox;
  let web: Web;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    sandbox = await startSandbox({ environments: DEMO_ENVIRONMENTS, configure: withSandboxFiles });
    const { discord, github } = sandbox;
    web = await startWeb({ discord, github, actions: createPageActions(sandbox) });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 920, height: 1600 }, deviceScaleFactor: 2 });
  });

  afterAll(async () => {
    await browser?.close();
    await web?.close();
    await sandbox?.close();
  });

  it("takes /deploy uat and shows the message until it reaches ✅", async () => {
    const files = appFiles({ name: "Shop", text: "The basket is here" });
    const sha = await sandbox.github.commit(REPOSITORY, {
      branch: "main",
      message: "Add the basket (#42)",
      files,
    });
    await page.goto(`${web.url}#person=${sandbox.people.alex.id}&channel=${sandbox.channel.id}`);

    await type("/deploy uat");
    const message = statusMessage("#1");
    await message.getByText("Deployment succeeded ✅").waitFor();

    expect(await message.getByText("100%").count()).toBe(1);
    expect(await page.getByText("Deployment #1").count()).toBeGreaterThan(0);
    await runs(sandbox, sha);
    await keep(message, "status-message.png");
  });

  it("shows a failure with its log, from a commit pushed on the page", async () => {
    const files = appFiles({ name: "Shop", health: "crashing" });
    await sandbox.github.commitAndPush(sandbox.webhookUrl, REPOSITORY, {
      branch: "main",
      message: "Upgrade the database driver",
      files,
    });

    const message = statusMessage("#2");
    await message.getByText("Deployment failed").waitFor();
    await message.getByText("shop-uat-2.log").waitFor();

    await keep(message, "failed-deployment.png");
  });

  it("brings a release to production through the form, pressed and filled by an approver", async () => {
    const { dominique } = sandbox.people;
    await sandbox.github.commit(REPOSITORY, {
      branch: "main",
      message: "Revert the database driver",
      files: appFiles({ name: "Shop" }),
    });
    await validatedOn(sandbox, "preprod", 3);
    await deploy(sandbox, { environment: "prod" });
    await approve(
      sandbox,
      dominique,
      await messageSaying(sandbox, 4, "Approval needed", { environment: "prod" }),
    );
    await messageSaying(sandbox, 4, "succeeded ✅", { environment: "prod" });
    for (const message of ["Count what is in the basket (#43)", "Keep the basket for a month (#44)"]) {
      const files = { "migrations/0007_basket.sql": `-- ${message}`, "basket.txt": message };
      await sandbox.github.commit(REPOSITORY, { branch: "main", message, files });
    }
    const sha = await validatedOn(sandbox, "preprod", 5);
    await page.getByTestId("person-Alex").click();

    await type("/deploy prod");
    const request = page.getByTestId("message").filter({ hasText: "shop · prod · #6" });
    await request.getByText("Approval needed").waitFor();
    await keep(request, "approval.png");
    await page.getByTestId("person-Dominique").click();
    await fillForm(request, "deploy");
    await page
      .getByText(/DEPLOY/)
      .last()
      .waitFor();
    await keep(page.locator("body"), "sandbox.png");
    await fillForm(request, "DEPLOY");
    await request.getByText("Deployment succeeded ✅").waitFor();

    await runs(sandbox, sha, "prod");
  });

  it("shows the refusal only to the person who asked", async () => {
    await page.getByTestId("person-Sam").click();
    await type("/deploy uat");

    await page.getByText("You may not deploy to").waitFor();
    await page.getByTestId("person-Camille").click();
    await page.getByText("You may not deploy to").waitFor({ state: "detached" });
  });

  async function fillForm(request: Locator, word: string): Promise<void> {
    await request.getByRole("button", { name: "Approve…" }).click();
    await page.getByTestId("modal").getByRole("textbox").fill(word);
    await page.getByTestId("modal-submit").click();
    await page.getByTestId("modal").waitFor({ state: "detached" });
  }

  async function type(text: string): Promise<void> {
    await page.getByTestId("composer").fill(text);
    await page.getByTestId("composer").press("Enter");
  }

  function statusMessage(number: string): Locator {
    return page.getByTestId("message").filter({ hasText: `shop · uat · ${number}` });
  }

  async function keep(element: Locator, name: string): Promise<void> {
    await element.screenshot(SCREENSHOTS === undefined ? {} : { path: join(SCREENSHOTS, name) });
  }
});
