"""Mirror of the weight initializers of `tf.contrib.framework`."""

from tf_initcompat.wrappers import convolution as _convolution

__all__ = [
    "convolutional_delta_orthogonal",
    "convolutional_orthogonal_1d",
    "convolutional_orthogonal_2d",
    "convolutional_orthogonal_3d",
]

convolutional_delta_orthogonal = _convolution.ConvolutionDeltaOrthogonal
convolutional_orthogonal_1d = _convolution.ConvolutionOrthogonal1D
convolutional_orthogonal_2d = _convolution.ConvolutionOrthogonal2D
convolutional_orthogonal_3d = _convolution.ConvolutionOrthogonal3D
