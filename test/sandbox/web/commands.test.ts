import { ButtonStyle, ComponentType, type RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserTimeout, startWebFixture, type WebFixture } from "./web-fixture.js";

describe("what a person does on the sandbox page", { timeout: browserTimeout }, () => {
  let fixture: WebFixture;

  beforeAll(async () => {
    fixture = await startWebFixture();
  }, browserTimeout);
  afterAll(() => fixture?.close());

  it("completes a command and its option by keyboard", async () => {
    const { page } = await fixture.open();
    const composer = page.getByTestId("composer");

    await composer.pressSequentially("/dep");
    await page.getByRole("option", { name: "/deploy" }).waitFor();
    await composer.press("Enter");
    await page.getByRole("option", { name: "preprod" }).waitFor();
    await composer.press("ArrowDown");
    await composer.press("Enter");
    await composer.press("Enter");

    await page.getByText("deploys main to preprod").waitFor();
    await page.getByText("/deploy", { exact: true }).waitFor();
    expect(await composer.inputValue()).toBe("");
    await page.close();
  });

  it("asks the bot again while the value is typed, and takes the first choice with Tab", async () => {
    const { page } = await fixture.open();
    const composer = page.getByTestId("composer");

    await composer.fill("/deploy uat ref:bask");
    await page.getByRole("option", { name: "feature/new-basket" }).waitFor();
    await composer.press("Tab");
    await composer.press("Enter");

    await page.getByText("deploys feature/new-basket to uat").waitFor();
    await page.close();
  });

  it("sends a whole line as it was typed", async () => {
    const { page } = await fixture.open();
    const composer = page.getByTestId("composer");

    await composer.pressSequentially("/deploy uat ref: v1.2.0");
    await composer.press("Enter");

    await page.getByText("deploys v1.2.0 to uat").waitFor();
    await page.close();
  });

  it("shows names in the person's language and takes them in the line", async () => {
    const { page } = await fixture.open(fixture.alex);
    const composer = page.getByTestId("composer");

    await composer.fill("/deploy");
    await page.getByRole("option", { name: "Déployer une version" }).waitFor();
    await composer.fill("/deploy environnement:uat");
    await composer.press("Enter");

    await page.getByText("deploys main to uat").waitFor();
    await page.close();
  });

  it("says which option is missing instead of sending", async () => {
    const { page } = await fixture.open();
    const composer = page.getByTestId("composer");
    await composer.fill("/deploy");

    await composer.press("Enter");

    expect(await page.getByRole("alert").textContent()).toBe(
      "The option “environment” is required. Specify a value.",
    );
    await page.close();
  });

  it("closes the suggestions with Escape and keeps the text", async () => {
    const { page } = await fixture.open();
    const composer = page.getByTestId("composer");
    await composer.fill("/");
    await page.getByRole("listbox").waitFor();

    await composer.press("Escape");

    await page.getByRole("listbox").waitFor({ state: "detached" });
    expect(await composer.inputValue()).toBe("/");
    await page.close();
  });

  it("says when the application did not respond", async () => {
    const { page } = await fixture.open();
    const composer = page.getByTestId("composer");
    await composer.fill("/silence");

    await composer.press("Enter");

    await page.getByText("The application did not respond").waitFor();
    await page.close();
  });

  it("opens the form of a button and submits it", async () => {
    const { page, channel } = await fixture.open();
    await fixture.bot.send(channel.id, messageWithButton("release"));

    await page.getByTestId("button-release").click();
    const modal = page.getByTestId("modal");
    await modal.getByLabel("Type DEPLOY to confirm").fill("DEP");
    await page.getByTestId("modal-submit").click();
    await modal.getByText("Must be at least 6 characters long.").waitFor();
    await modal.getByLabel("Type DEPLOY to confirm").fill("DEPLOY");
    await page.getByTestId("modal-submit").click();

    await page.getByText("confirmed with DEPLOY").waitFor();
    await modal.waitFor({ state: "detached" });
    await page.close();
  });

  it("says under the message when a button got no answer", async () => {
    const { page, channel } = await fixture.open();
    await fixture.bot.send(channel.id, messageWithButton("silence"));

    await page.getByTestId("button-silence").click();

    await page.getByTestId("message").getByText("The application did not respond").waitFor();
    await page.getByTestId("button-silence").and(page.locator(":enabled")).waitFor();
    await page.close();
  });

  it("pushes a commit", async () => {
    const { page } = await fixture.open();
    await page.getByLabel("Message", { exact: true }).fill("Break the greeting");
    await page.getByLabel("is broken").check();

    await page.getByTestId("push-commit").click();

    await page.getByText("Pushed 3f9c2ab to main").waitFor();
    expect(fixture.pushed.at(-1)).toEqual({
      repository: "acme/shop",
      branch: "main",
      message: "Break the greeting",
      healthy: false,
    });
    await page.close();
  });

  it("stops an application, and starts it again", async () => {
    const { page } = await fixture.open();
    const application = page.getByTestId("application-shop on uat");

    await application.getByRole("button", { name: "Stop" }).click();
    await application.getByText("stopped").waitFor();
    await application.getByRole("button", { name: "Start" }).click();

    await application.getByText("runs").waitFor();
    await page.close();
  });

  it("says why a commit could not be pushed", async () => {
    const { page } = await fixture.open();
    await page.getByLabel("Message", { exact: true }).fill("refuse me");

    await page.getByTestId("push-commit").click();

    await page.getByText("the branch is protected").waitFor();
    await page.close();
  });
});

function messageWithButton(customId: string): RESTPostAPIChannelMessageJSONBody {
  return {
    content: "Ready?",
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          { type: ComponentType.Button, style: ButtonStyle.Success, custom_id: customId, label: "Release" },
        ],
      },
    ],
  };
}
