import { hasStatus, type SitooCaller } from "./caller.ts";
import { type PlaceList, siteList } from "./places.ts";
import { readPageOf, readPartOf } from "./rows.ts";

/** Rows in a page. */
const rowsPerPage = 100;

/**
 * Reads all stores, warehouses or tills. Whether the lists stand under the account or under its sites is not
 * documented, so an account without them is asked site by site.
 *
 * @throws {ApiError}
 */
export async function readPlaces<T>(
  caller: SitooCaller,
  places: PlaceList<T>,
  signal: AbortSignal,
): Promise<readonly T[]> {
  try {
    return await readWholeList(caller, { places, path: `/${places.name}` }, signal);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  const found = new Map<number | string, T>();
  for (const site of await readWholeList(caller, { places: siteList, path: "/sites" }, signal)) {
    const path = `/sites/${site}/${places.name}`;
    for (const place of await readWholeList(caller, { places, path }, signal)) {
      found.set(places.id(place), place);
    }
  }
  return [...found.values()];
}

async function readWholeList<T>(
  caller: SitooCaller,
  { places, path }: { readonly places: PlaceList<T>; readonly path: string },
  signal: AbortSignal,
): Promise<readonly T[]> {
  const found = new Map<number | string, T>();
  for (let start = 0;;) {
    const page = await caller.get({
      action: `read the ${places.name}`,
      path,
      query: { num: rowsPerPage, start },
      read: (body) => {
        const { rows, total } = start === 0 ? readPageOf(body) : readPartOf(body);
        return { rows: rows.map(places.read), total };
      },
    }, signal);
    const before = found.size;
    for (const row of page.rows) found.set(places.id(row), row);
    // A page that brings nothing new is the end, or `start` is ignored and more would not help.
    if (found.size === before || found.size === page.total) return [...found.values()];
    start += page.rows.length;
  }
}
