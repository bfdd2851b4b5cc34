/**
 * What servers accept, and how values are made to fit before they are sent.
 * Lengths count characters (code points), as the servers' databases do.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";

/** The limits of one kind of server. */
export interface Limits {
  /** Characters of a param's key. */
  param_key: number;
  /** Characters of a param's value. */
  param_value: number;
  /** Characters of a tag's key. */
  tag_key: number;
  /** Characters of a tag's value. */
  tag_value: number;
  /** Characters of a metric's key. */
  metric_key: number;
  /** Characters of experiment and run names. */
  name: number;
  /** Characters of a model version's description. */
  description: number;
  /** The greatest step; the smallest is its negative. */
  step: number;
  /** Whether NaN and infinities can be sent. */
  non_finite: boolean;
  /** Keys only of letters, digits, `_ - . : /` and space, and each a clean relative path. */
  path_keys: boolean;
  /** Whether keys may hold `:`; only where {@linkcode Limits.path_keys} is set. */
  colon_keys: boolean;
  /** The earliest time, milliseconds since 1970. */
  earliest: number;
  /** Metrics of one `log-batch`. */
  batch_metrics: number;
  /** Params of one `log-batch`. */
  batch_params: number;
  /** Tags of one `log-batch`. */
  batch_tags: number;
  /** Bytes of one `log-batch` body, about. */
  batch_bytes: number;
}

/**
 * GitLab's limits. It caps no batch by its items, but the newest versions cap JSON bodies, which administrators
 * can lower: MLflow's own caps are safe everywhere, and as fast.
 */
export const GITLAB_LIMITS: Limits = {
  param_key: 250,
  param_value: 250,
  tag_key: 250,
  tag_value: 5000,
  metric_key: 250,
  name: 255,
  description: 10_000,
  step: 2 ** 31 - 1,
  non_finite: false,
  path_keys: false,
  colon_keys: true,
  earliest: Number.MIN_SAFE_INTEGER,
  batch_metrics: 1000,
  batch_params: 100,
  batch_tags: 100,
  batch_bytes: 4_000_000,
};

/** The limits of a plain MLflow server since 2.17. */
export const MLFLOW_LIMITS: Limits = {
  param_key: 250,
  param_value: 6000,
  tag_key: 250,
  tag_value: 8000,
  metric_key: 250,
  name: 250,
  description: 5000,
  step: Number.MAX_SAFE_INTEGER,
  non_finite: true,
  path_keys: true,
  colon_keys: true,
  earliest: 0,
  batch_metrics: 1000,
  batch_params: 100,
  batch_tags: 100,
  batch_bytes: 900_000,
};

/** The limits of a plain MLflow server of a version; those of an old one where it is not known. */
export function mlflowLimits(version: string | null): Limits {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const since = (wanted: number) => major > 2 || major === 2 && minor >= wanted;
  return {
    ...MLFLOW_LIMITS,
    ...(since(17) ? {} : { tag_value: 5000, colon_keys: false }),
    ...(since(8) ? {} : { param_value: 500 }),
  };
}

/** A key and value that fit. */
export interface Fitted {
  /** The key to send. */
  key: string;
  /** The value to send. */
  value: string;
  /** Whether key or value lost something: the full text belongs in an artifact. */
  shortened: boolean;
}

/** A metric point to send; `step` may be left out. */
export interface MetricPoint {
  /** The metric's name. */
  key: string;
  /** The value. */
  value: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** A whole number. */
  step?: number;
}

/** How many characters a text has; a surrogate pair is one. */
export function characters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    if (
      text.charCodeAt(i) >> 10 === 0x36 && text.charCodeAt(i + 1) >> 10 === 0x37
    ) {
      count--;
      i++;
    }
  }
  return count;
}

/** What databases refuse is taken out: NUL, and halves of surrogate pairs. */
function storable(text: string): string {
  return (text.includes("\0") ? text.replaceAll("\0", "") : text)
    .toWellFormed();
}

/** The first characters of a text that is well formed, never half a surrogate pair. */
function head(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--) {
    end += text.charCodeAt(end) >> 10 === 0x36 ? 2 : 1;
  }
  return text.slice(0, end);
}

/** The first 16 hex digits of a text's SHA-256. */
function shortDigest(text: string): string {
  return sha256(text).slice(7, 23);
}

/**
 * A text cut to a number of characters. A cut one ends with `… [sha256:0123456789abcdef, 12345 characters]`,
 * made of the whole text, so that two long values that differ stay different.
 */
export function fitText(
  text: string,
  limit: number,
): { text: string; shortened: boolean } {
  const clean = storable(text);
  const count = clean.length <= limit ? clean.length : characters(clean);
  if (count <= limit) return { text: clean, shortened: false };
  const end = `… [sha256:${shortDigest(text)}, ${count} characters]`;
  return { text: head(clean, limit - characters(end)) + end, shortened: true };
}

function fitKey(key: string, limit: number, limits: Limits): string {
  let fit = storable(key);
  if (limits.path_keys) {
    fit = fit.replace(
      limits.colon_keys ? /[^/\p{L}\p{N}_.:\- ]/gu : /[^/\p{L}\p{N}_.\- ]/gu,
      "_",
    )
      .split("/").map((part) => part === "" || /^\.+$/.test(part) ? "_" : part)
      .join("/");
  }
  if (fit.trim() === "") fit = "unnamed";
  if (fit === key && characters(fit) <= limit) return fit;
  const end = `-${shortDigest(key).slice(0, 8)}`;
  return head(fit, limit - end.length) + end;
}

/** A param as the server takes it. */
export function fitParam(key: string, value: string, limits: Limits): Fitted {
  const fit = fitText(value, limits.param_value);
  const name = fitKey(key, limits.param_key, limits);
  return {
    key: name,
    value: fit.text,
    shortened: fit.shortened || name !== key,
  };
}

/** A tag as the server takes it. */
export function fitTag(key: string, value: string, limits: Limits): Fitted {
  const fit = fitText(value, limits.tag_value);
  const name = fitKey(key, limits.tag_key, limits);
  return {
    key: name,
    value: fit.text,
    shortened: fit.shortened || name !== key,
  };
}

/** A metric's key as the server takes it; keys that differ stay different. */
export function fitMetricKey(key: string, limits: Limits): string {
  return fitKey(key, limits.metric_key, limits);
}

/** An experiment's or run's name as the server takes it. */
export function fitName(name: string, limits: Limits): string {
  return fitText(name, limits.name).text;
}

/** What became of a point. */
export interface FittedMetric {
  /** The point to send, or null when the server cannot hold its value. */
  metric: MetricPoint | null;
  /** What the server will not hold exactly. */
  lost: "value" | "step" | null;
}

/**
 * A point as the server takes it. GitLab cannot hold NaN and infinities: such a point is not sent.
 * A step beyond its 32 bits is left out, the point is sent.
 *
 * @param key the key as {@linkcode fitMetricKey} gave it
 */
export function fitMetric(point: MetricPoint, limits: Limits): FittedMetric {
  if (!limits.non_finite && !Number.isFinite(point.value)) {
    return { metric: null, lost: "value" };
  }
  if (point.step !== undefined && Math.abs(point.step) > limits.step) {
    const { step: _, ...metric } = point;
    return { metric, lost: "step" };
  }
  return { metric: point, lost: null };
}
