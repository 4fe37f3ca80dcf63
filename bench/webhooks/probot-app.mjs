/** A Probot app that takes pushes and does nothing with them. */
export default (app) => {
  app.on("push", () => undefined);
};
