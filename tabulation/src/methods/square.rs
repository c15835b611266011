//! Square tables over options, and sets of options as bits.

/// A square matrix over the options that stand, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Square<T> {
    size: usize,
    cells: Vec<T>,
}

/// How many columns are read at once where rows and columns are read together: so many lines of
/// the cache stay in use, however large the matrix.
const BLOCK: usize = 32;

impl<T: Copy + Default> Square<T> {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, cells: vec![T::default(); size * size] }
    }

    pub(crate) fn from_rows<R: IntoIterator<Item = T>>(
        size: usize,
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        let mut cells = Vec::with_capacity(size * size);
        rows.into_iter().take(size).for_each(|row| cells.extend(row.into_iter().take(size)));
        cells.resize(size * size, T::default());
        Self { size, cells }
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// A cell; the default outside the matrix.
    pub(crate) fn at(&self, row: usize, column: usize) -> T {
        if column >= self.size {
            return T::default();
        }
        self.cells.get(row * self.size + column).copied().unwrap_or_default()
    }

    pub(crate) fn row(&self, row: usize) -> &[T] {
        self.cells.get(row * self.size..(row + 1) * self.size).unwrap_or(&[])
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [T] {
        self.cells.get_mut(row * self.size..(row + 1) * self.size).unwrap_or(&mut [])
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[T]> {
        self.cells.chunks_exact(self.size.max(1))
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: T) {
        if let Some(cell) = self.row_mut(row).get_mut(column) {
            *cell = value;
        }
    }

    /// Every cell with its row, its column and the cell mirrored at the diagonal; some columns of
    /// all rows at a time, ascending by row within them.
    pub(crate) fn each_with_mirror(&self, mut f: impl FnMut(usize, usize, T, T)) {
        for start in (0..self.size).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.size);
            for row in 0..self.size {
                let there = self.row(row).get(start..end).unwrap_or(&[]);
                let back = self.cells.get(start * self.size + row..).unwrap_or(&[]);
                let back = back.iter().step_by(self.size);
                for ((column, &there), &back) in (start..end).zip(there).zip(back) {
                    f(row, column, there, back);
                }
            }
        }
    }

    /// The same matrix of other cells, each made from a cell and the one mirrored at the diagonal.
    pub(crate) fn map_with_mirror<U: Copy + Default>(&self, f: impl Fn(T, T) -> U) -> Square<U> {
        let mut out = Square::new(self.size);
        self.each_with_mirror(|row, column, there, back| out.set(row, column, f(there, back)));
        out
    }

    pub(crate) fn to_rows<U>(&self, f: impl Fn(T) -> U) -> Vec<Vec<U>> {
        self.rows().map(|row| row.iter().map(|&cell| f(cell)).collect()).collect()
    }
}

/// A square matrix of bits: for each row a set of columns.
#[derive(Debug, Clone)]
pub(crate) struct BitSquare {
    /// Words of 64 bits to a row.
    width: usize,
    words: Vec<u64>,
}

impl BitSquare {
    pub(crate) fn new(size: usize) -> Self {
        let width = size.div_ceil(BITS);
        Self { width, words: vec![0; width * size] }
    }

    pub(crate) fn has(&self, row: usize, column: usize) -> bool {
        self.row(row).get(column / BITS).is_some_and(|word| word >> (column % BITS) & 1 == 1)
    }

    pub(crate) fn row(&self, row: usize) -> &[u64] {
        self.words.get(row * self.width..(row + 1) * self.width).unwrap_or(&[])
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [u64] {
        self.words.get_mut(row * self.width..(row + 1) * self.width).unwrap_or(&mut [])
    }

    pub(crate) fn insert(&mut self, row: usize, column: usize) {
        if let Some(word) = self.row_mut(row).get_mut(column / BITS) {
            *word |= 1 << (column % BITS);
        }
    }

    pub(crate) fn remove(&mut self, row: usize, column: usize) {
        if let Some(word) = self.row_mut(row).get_mut(column / BITS) {
            *word &= !(1 << (column % BITS));
        }
    }
}

const BITS: usize = u64::BITS as usize;

/// The columns whose bits are set in some words, ascending.
pub(crate) fn ones(words: impl IntoIterator<Item = u64>) -> impl Iterator<Item = usize> {
    words.into_iter().enumerate().flat_map(|(place, word)| {
        let word = std::iter::successors(Some(word), |&w| Some(w & w.wrapping_sub(1)));
        let word = word.take_while(|&w| w != 0);
        word.map(move |w| place * BITS + w.trailing_zeros() as usize)
    })
}
