import { ComponentType, MessageFlags } from "discord-api-types/v10";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startedMessage, succeededMessage } from "./sample-messages.js";
import { browserTimeout, startWebFixture, type WebFixture } from "./web-fixture.js";

describe("the messages of the sandbox page", { timeout: browserTimeout }, () => {
  let fixture: WebFixture;

  beforeAll(async () => {
    fixture = await startWebFixture();
  }, browserTimeout);
  afterAll(() => fixture?.close());

  it("shows an embed with its fields, the buttons and a file with a preview", async () => {
    const { page, channel } = await fixture.open();

    await fixture.bot.send(channel.id, startedMessage, {
      name: "deployment.log",
      content: "line one\nline two\n",
    });

    const message = page.getByTestId("message");
    await message.getByText("Show the delivery date in the basket").waitFor();
    await message.getByText("line two").waitFor();
    const shown = await message.textContent();
    expect(shown).toContain("🚀 UAT - Deployment started");
    expect(shown).toContain("Requested by");
    expect(shown).toContain("deployment.log");
    expect(await message.getByRole("link", { name: "Repository" }).getAttribute("href")).toBe(
      "https://github.com/acme/shop",
    );
    expect(await message.getByTestId("button-cancel").isEnabled()).toBe(true);
    await page.close();
  });

  it("changes a message in place when it is edited", async () => {
    const { page, channel } = await fixture.open();
    const id = await fixture.bot.send(channel.id, startedMessage);
    const message = page.locator(`[data-message-id="${id}"]`);
    await message.getByText("Deployment started").waitFor();
    await message.evaluate((element) => element.setAttribute("data-kept", "yes"));

    await fixture.bot.edit(channel.id, id, succeededMessage);

    await message.getByText("Déploiement réussi").waitFor();
    await message.getByText("(edited)").waitFor();
    expect(await message.getAttribute("data-kept")).toBe("yes");
    await page.close();
  });

  it("draws a container of Components V2 with its file", async () => {
    const { page, channel } = await fixture.open();

    await fixture.bot.send(
      channel.id,
      {
        flags: MessageFlags.IsComponentsV2,
        components: [
          {
            type: ComponentType.Container,
            accent_color: 0x5865f2,
            components: [
              { type: ComponentType.TextDisplay, content: "### Release\n-# small print" },
              { type: ComponentType.Separator },
              { type: ComponentType.File, file: { url: "attachment://notes.txt" } },
            ],
          },
        ],
      },
      { name: "notes.txt", content: "what is new" },
    );

    const message = page.getByTestId("message");
    await message.getByRole("heading", { name: "Release" }).waitFor();
    await message.getByText("what is new").waitFor();
    expect(await message.getByRole("link", { name: "notes.txt", exact: true }).count()).toBe(1);
    await page.close();
  });

  it("serves a file as a download that cannot be a page", async () => {
    const { page, channel } = await fixture.open();
    await fixture.bot.send(
      channel.id,
      { content: "report" },
      { name: "report.html", content: "<script>1</script>" },
    );
    const link = page.getByRole("link", { name: "report.html", exact: true });

    const path = await link.getAttribute("href");

    const response = await fetch(new URL(path ?? "", fixture.web.url));
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe("attachment");
    expect(await response.text()).toBe("<script>1</script>");
    await page.close();
  });

  it("shows hostile text as text", async () => {
    const { page, channel } = await fixture.open();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const hostile = `<img src=x onerror=alert(1)> <script>alert(2)</script> [click](javascript:alert(3)) **<b>bold</b>**`;

    await fixture.bot.send(channel.id, {
      content: hostile,
      embeds: [{ title: hostile, description: hostile, fields: [{ name: hostile, value: hostile }] }],
    });

    const message = page.getByTestId("message");
    await message.getByText("[click](javascript:alert(3))").first().waitFor();
    expect(await message.textContent()).toContain("<img src=x onerror=alert(1)> <script>alert(2)</script>");
    expect(await message.locator("script, [onerror], a[href^=javascript]").count()).toBe(0);
    expect(dialogs).toEqual([]);
    await page.close();
  });

  it("hides what only another person may see", async () => {
    const { page, channel } = await fixture.open(fixture.camille);
    await fixture.discord.runCommand(fixture.camille.id, channel.id, "deploy", { environment: "prod" });
    const refusal = page.getByText("You may not deploy to prod.");
    await refusal.waitFor();
    await page.getByText("Only you can see this").waitFor();

    await page.getByTestId("person-Alex").click();

    await page.getByText("You are Alex · no role").waitFor();
    await refusal.waitFor({ state: "detached" });
    await page.getByTestId("person-Camille").click();
    await refusal.waitFor();
    await page.close();
  });

  it("follows the newest message until the reader scrolls up", async () => {
    const { page, channel } = await fixture.open();
    for (const number of [1, 2, 3])
      await fixture.bot.send(channel.id, { ...startedMessage, content: `number ${number}` });
    await page.getByText("number 3").waitFor();
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);

    await page.locator(".messages").evaluate((element) => element.scrollTo(0, 0));
    await fixture.bot.send(channel.id, { content: "number 4" });

    await page.getByText("number 4").waitFor();
    expect(await distanceFromEnd(page)).toBeGreaterThan(100);
    await page.close();
  });

  it("can be used on a narrow screen", async () => {
    const { page, channel } = await fixture.open();
    await fixture.bot.send(channel.id, startedMessage);
    await page.setViewportSize({ width: 390, height: 844 });

    await page.getByRole("button", { name: "Channels and people" }).click();
    await page.getByTestId("person-Alex").click();

    await page.getByTestId("button-cancel").waitFor();
    const overflow = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect(overflow).toBe(0);
    await page.close();
  });
});

function distanceFromEnd(page: Page): Promise<number> {
  return page
    .locator(".messages")
    .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
}
