/** Slipway cannot start, and a person has to change something. The message is one sentence that says what. */
export class StartFaultError extends Error {}
