export interface PackageName {
  readonly name: string;
  readonly version: string;
}

/**
 * Name and version in one of cargo's package ids: `path+file:///a/b#0.1.0`, `registry+https://…#serde@1.0.0`,
 * and, before cargo 1.77, `serde 1.0.0 (registry+https://…)`. An id of another form is its own name, with no version.
 */
export function parsePackageId(id: string): PackageName {
  const old = /^(\S+) (\S+) \(.*\)$/.exec(id);
  if (old?.[1] !== undefined && old[2] !== undefined) return { name: old[1], version: old[2] };
  const hash = id.lastIndexOf('#');
  if (hash < 0) return { name: id, version: '' };
  const fragment = id.slice(hash + 1);
  const at = fragment.lastIndexOf('@');
  if (at > 0) return { name: fragment.slice(0, at), version: fragment.slice(at + 1) };
  const location = id.slice(0, hash).replace(/\?.*$/, '').replace(/\/+$/, '');
  return { name: location.slice(location.lastIndexOf('/') + 1), version: fragment };
}
