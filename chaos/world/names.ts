export const REPOSITORY = "acme/shop";
export const PROJECT = "shop";
