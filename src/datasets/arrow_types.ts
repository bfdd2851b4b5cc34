/**
 * Names of Arrow's types, from the plain objects that flechette (and so arquero 7) describes them by.
 *
 * @module
 */
import { membersOf } from "./members.ts";

const NAMES: Readonly<Record<number, string>> = {
  [1]: "Null",
  [4]: "Binary",
  [5]: "Utf8",
  [6]: "Bool",
  [7]: "Decimal",
  [11]: "Interval",
  [12]: "List",
  [13]: "Struct",
  [14]: "Union",
  [15]: "FixedSizeBinary",
  [16]: "FixedSizeList",
  [17]: "Map",
  [18]: "Duration",
  [19]: "LargeBinary",
  [20]: "LargeUtf8",
  [21]: "LargeList",
  [23]: "BinaryView",
  [24]: "Utf8View",
  [25]: "ListView",
  [26]: "LargeListView",
};
const FLOATS = ["Float16", "Float32", "Float64"];
const DATES = ["Date32<DAY>", "Date64<MILLISECOND>"];
const UNITS = ["SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND"];

/** Arrow's name of a type: as its own library writes it, else from the members of the description. */
export function arrowTypeName(type: unknown): string {
  const written = String(type);
  if (written !== "[object Object]") return written;
  const members = membersOf(type as object);
  const number = (name: string) => Number(members.get(name));
  switch (members.get("typeId")) {
    case -1:
      return `Dictionary<${arrowTypeName(members.get("indices"))}, ${
        arrowTypeName(members.get("dictionary"))
      }>`;
    case 2:
      return `${members.get("signed") === false ? "Uint" : "Int"}${
        number("bitWidth")
      }`;
    case 3:
      return FLOATS[number("precision")] ?? "Float";
    case 8:
      return DATES[number("unit")] ?? "Date";
    case 9:
      return `Time${number("bitWidth")}<${UNITS[number("unit")] ?? ""}>`;
    case 10: {
      const zone = members.get("timezone");
      const unit = UNITS[number("unit")] ?? "";
      return `Timestamp<${unit}${zone ? `, ${zone}` : ""}>`;
    }
    case 22: {
      const children = members.get("children");
      const field: unknown = Array.isArray(children) ? children[1] : null;
      return typeof field === "object" && field !== null && "type" in field
        ? arrowTypeName(field.type)
        : "RunEndEncoded";
    }
    default:
      return NAMES[number("typeId")] ?? "unknown";
  }
}
