/** How the platforms that are there from the start write themselves. */
const TITLES: Readonly<Record<string, string>> = {
  twitch: "Twitch",
  youtube: "YouTube",
  kick: "Kick",
  tiktok: "TikTok",
};

/** A platform's name as a person reads it. */
export function platformTitle(name: string): string {
  return Object.hasOwn(TITLES, name) ? TITLES[name] ?? name : name;
}
