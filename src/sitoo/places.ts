import type { SitooRegister, SitooSiteSettings, SitooStore, SitooWarehouse } from "./api.ts";
import { integer, optionalId, type Row, text } from "./fields.ts";

/** A short list of the account: where it stands, and how its rows are read and told apart. */
export interface PlaceList<T> {
  readonly name: "stores" | "warehouses" | "sites" | "cashregisters";
  /** @throws {FieldProblem} */
  read(row: Row): T;
  id(place: T): number | string;
}

export const storeList: PlaceList<SitooStore> = {
  name: "stores",
  read: readStore,
  id: (store) => store.storeid,
};

export const warehouseList: PlaceList<SitooWarehouse> = {
  name: "warehouses",
  read: readWarehouse,
  id: (warehouse) => warehouse.warehouseid,
};

export const registerList: PlaceList<SitooRegister> = {
  name: "cashregisters",
  read: readRegister,
  id: (register) => register.registerid,
};

/** Only the number of each site. */
export const siteList: PlaceList<number> = {
  name: "sites",
  read: (row) => integer(row, "eshopid"),
  id: (site) => site,
};

/** Reads a site's settings. @throws {FieldProblem} */
export function readSettings(row: Row, site: number): SitooSiteSettings {
  const currencycode = text(row, "currencycode").trim().toUpperCase();
  const timezone = text(row, "timezone").trim();
  return {
    eshopid: integer(row, "eshopid", site),
    ...(currencycode === "" ? {} : { currencycode }),
    ...(timezone === "" ? {} : { timezone }),
  };
}

function readStore(row: Row): SitooStore {
  const externalid = text(row, "externalid");
  return {
    storeid: integer(row, "storeid"),
    name: text(row, "name"),
    ...(externalid === "" ? {} : { externalid }),
  };
}

function readRegister(row: Row): SitooRegister {
  const receiptlanguagetag = text(row, "receiptlanguagetag").trim();
  return {
    registerid: text(row, "registerid"),
    ...(receiptlanguagetag === "" ? {} : { receiptlanguagetag }),
  };
}

function readWarehouse(row: Row): SitooWarehouse {
  const storeid = optionalId(row, "storeid");
  return {
    warehouseid: integer(row, "warehouseid"),
    name: text(row, "name"),
    ...(storeid === undefined ? {} : { storeid }),
  };
}
