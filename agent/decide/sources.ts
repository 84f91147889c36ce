/** Paths of a job as names. Pure. */

/** Whether a path is the folder or in it. Both absolute, without a separator at their end. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/**
 * Those of a job's paths that are links to what none of its paths holds: borg archives the link, and what it leads to
 * would be in no archive (`/bin` beside `/usr` is fine, `/var/www` to `/srv/www` alone is not).
 */
export function linksAside<Link extends { target: string }>(
  paths: readonly string[],
  links: readonly Link[],
): Link[] {
  return links.filter(({ target }) => !paths.some((path) => isBelow(target, path)));
}
