/** @throws an error with the code TIMEOUT where the work is not done in so many milliseconds; it goes on all the same. */
export async function withinDeadline<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('It takes too long.'), { code: 'TIMEOUT' })), milliseconds);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
