/** Items of one list, at most: an agency refuses a larger page, and the gateway refuses the operation before. */
export const LARGEST_PAGE = 200;
