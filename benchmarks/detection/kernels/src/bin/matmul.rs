use detection_kernels::{units, Numbers};

const SIDE: usize = 32;
type Matrix = [[f64; SIDE]; SIDE];

fn main() {
    let mut numbers = Numbers::new(4);
    let (a, mut b) = (matrix(&mut numbers), matrix(&mut numbers));
    for _ in 0..units!("SHARE_MATMUL", 4600) {
        b = product(&a, &b);
    }
    println!("{}", b[3][5]);
}

fn matrix(numbers: &mut Numbers) -> Matrix {
    let mut matrix = [[0.0; SIDE]; SIDE];
    for cell in matrix.iter_mut().flatten() {
        *cell = f64::from(numbers.next() % 1000) / 16_000.0;
    }
    matrix
}

#[inline(never)]
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut result = [[0.0; SIDE]; SIDE];
    for row in 0..SIDE {
        for column in 0..SIDE {
            let mut sum = 0.0;
            for inner in 0..SIDE {
                sum += a[row][inner] * b[inner][column];
            }
            // Kept within range, so that no unit works on denormal numbers.
            result[row][column] = sum * 0.5 + 0.01;
        }
    }
    result
}
