/**
 * Keys of services that are hexadecimal digits or a UUID, as digests and ids are too: only the name tells them.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isSample } from "./plausible.ts";

/** Services whose keys look so, in lower case without anything between their words. */
const SERVICES = new Set(
  ("openweather openweathermap owm weather weatherapi weatherstack weatherbit tomorrow tomorrowio datadog algolia infura alchemy " +
    "etherscan deepl news newsapi gnews guardian nytimes tmdb omdb fred census ncbi alphavantage finnhub polygon nasa mapbox tomtom " +
    "giphy unsplash pexels mailgun sendgrid pinecone cohere mistral groq serp serpapi coinmarketcap coingecko opencage ipinfo " +
    "ipstack fixer waqi rapidapi lastfm steam riot eia bea bls noaa usda server")
    .split(" "),
);
/** So many words a service's name has at most, as names are written: `alpha_vantage`. */
const MOST_WORDS = 4;
const DIGITS =
  /^(?:(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{32,200}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
/** What OpenWeather calls its key; elsewhere it is a number or a word. */
const APP_ID = /app[_-]?id$/i;

/** Whether a value is the key of a service that its name speaks of: `openWeatherKey`, `deepl_key`, `appid`. */
export function isServiceKey(name: string, value: string): boolean {
  if (!/(?:key|id)$/i.test(name) || name.length > 80) return false;
  if (!DIGITS.test(value) || isSample(value)) return false;
  if (APP_ID.test(name)) return /^[\da-f]{32}$/i.test(value);
  if (!/key$/i.test(name)) return false;
  const words = name.slice(0, -3)
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase().split(/[^a-z\d]+/).filter((word) => word !== "");
  for (let n = 1; n <= Math.min(MOST_WORDS, words.length); n++) {
    if (SERVICES.has(words.slice(-n).join(""))) return true;
  }
  return false;
}
