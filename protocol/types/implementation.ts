// Names, titles and icons: what things are called and how they look to people.

/**
 * A programmatic name and a name for people.
 * @since 2025-06-18
 */
export interface BaseMetadata {
  /** Identifies the thing in messages; shown where there is no title. */
  name: string;
  /** The name that people see. @since 2025-06-18 */
  title?: string;
}

/**
 * A picture that user interfaces may show.
 * @since 2025-11-25
 */
export interface Icon {
  /** Where the picture is: an HTTP(S) or `data:` URI. @format uri */
  src: string;
  /** Its media type, where the source does not tell it or tells it wrongly. */
  mimeType?: string;
  /** Sizes it suits, each as WIDTHxHEIGHT in pixels, or "any" for one that scales. */
  sizes?: string[];
  /** The background it is made for. */
  theme?: "light" | "dark";
}

/**
 * Things that have icons.
 * @since 2025-11-25
 */
export interface Icons {
  /** Pictures to choose from. @since 2025-11-25 */
  icons?: Icon[];
}

/** The software at one end. */
export interface Implementation extends BaseMetadata, Icons {
  /** Its version. */
  version: string;
  /** What it is, in a sentence. @since 2025-11-25 */
  description?: string;
  /** Its home page. @since 2025-11-25 @format uri */
  websiteUrl?: string;
}
