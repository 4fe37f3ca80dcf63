/** `owner/repo`, as GitHub's API wants it. */
export function split(fullName: string): { readonly owner: string; readonly repo: string } {
  const [owner = "", repo = ""] = fullName.split("/");
  return { owner, repo };
}
