/** Largest number of items in one page. The gateway refuses an operation with a larger page, and so does an agency. */
export const LARGEST_PAGE = 200;
